/** A program that never ends, for the test of the watchdog. */
import { makeWatchdog } from './watchdog.js'

makeWatchdog('FUZZ_CASE=hang', 200).begin(7)
for (;;);
