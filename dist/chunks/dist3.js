export { n as Encrypter } from "./dist2.js";
