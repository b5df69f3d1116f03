export { t as assemble, n as assembleWithoutVault, r as isAbsent, i as knownCategories, a as limitsOf, o as loginKey, s as transportOf, c as unlockSigningKey } from "./parts.js";
