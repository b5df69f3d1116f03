export { t as discussionsIn, n as discussionsOf, r as forgeOf, i as repositoryOn, a as trackerOf, o as usualApi } from "./forge.js";
