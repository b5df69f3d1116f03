export { t as discussionsOf, n as forgeOf, r as repositoryOn, i as trackerOf } from "./forge.js";
