export { t as changeText, n as diffText } from "./diff-text2.js";
