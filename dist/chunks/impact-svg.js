export { t as impactSvg } from "./impact-svg2.js";
