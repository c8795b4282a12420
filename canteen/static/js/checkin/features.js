// @ts-check
import * as absent from "./absent.js";
import * as camera from "./camera.js";
import * as report from "./report.js";
import * as shift from "./shift.js";
import * as sound from "./sound.js";

/**
 * What the counter has beside cards and answers. Each begins once, when the counter is furnished and before anything
 * is asked of the server; `STATES` are what it can show, for pictures and checks.
 * @typedef {{begin: (till: any) => void, STATES?: Record<string, (till: any) => Promise<void>>}} Feature
 * @type {Feature[]}
 */
export const FEATURES = [shift, report, camera, sound, absent];
