#!/usr/bin/env node
import '../dist/team-events.mjs';
