export { t as backupText } from "./backup-text2.js";
