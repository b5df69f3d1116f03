export { r as readIdentities } from "./identity.js";
import "./payload.js";
