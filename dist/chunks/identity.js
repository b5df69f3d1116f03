export { t as decrypt, n as readIdentities } from "./identity2.js";
