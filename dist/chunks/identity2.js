export { n as readIdentities } from "./identity.js";
