export { t as parseFleet } from "./parse.js";
