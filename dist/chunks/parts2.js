export { t as assemble, n as assembleWithoutVault, r as isAbsent, i as keptCategories, a as knownCategories, o as limitsOf, s as loginKey, c as transportOf, l as unlockSigningKey } from "./parts.js";
