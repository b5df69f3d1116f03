export { t as fetchSnapshot, n as openFetched, r as report, i as restoreList, a as restoreOut } from "./restore.js";
