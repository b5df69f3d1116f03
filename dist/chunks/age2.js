export { t as encrypt } from "./age.js";
