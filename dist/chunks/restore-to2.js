export { t as configTexts, n as refusePlan, r as restoreTo } from "./restore-to.js";
