import "./payload.js";
export { r as readIdentities } from "./identity.js";
