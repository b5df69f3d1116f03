export { t as makeIdentity, n as openBundle } from "./open.js";
