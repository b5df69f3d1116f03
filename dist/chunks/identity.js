export { n as readIdentities } from "./identity2.js";
