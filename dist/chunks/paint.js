export { t as paint } from "./paint2.js";
