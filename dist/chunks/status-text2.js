export { t as groups, n as hostsInWords, r as statusMetrics, i as statusText } from "./status-text.js";
