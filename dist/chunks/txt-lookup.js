export { t as txtLookup } from "./txt-lookup2.js";
