export { t as problemText } from "./problem-text2.js";
