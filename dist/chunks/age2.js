export { n as encrypt } from "./age.js";
