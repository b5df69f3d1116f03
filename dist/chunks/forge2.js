export { t as discussionsIn, n as discussionsOf, r as forgeOf, i as repositoryOn, a as trackerOf } from "./forge.js";
