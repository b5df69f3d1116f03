export { t as makeIdentity, n as openBundle, r as unopened } from "./open.js";
