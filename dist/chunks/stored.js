export { n as verifyStored } from "./stored2.js";
