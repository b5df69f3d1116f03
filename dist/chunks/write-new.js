export { t as writeNew } from "./write-new2.js";
