export { t as selectHosts } from "./select2.js";
