// src/core/version.ts
/** Written into every snapshot; a test holds it equal to `package.json`. */
const version = "0.1.0";
export { version as t };
