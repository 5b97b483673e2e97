/** The offered load over time, as a plan and a record hold it. */
export type {
  ClosedProfile,
  LoadProfile,
  OpenProfile,
  Ramp,
  RateChange,
  Stage,
  TraceProfile,
  UserChange,
  Wait,
} from '../record/profile-schema.ts';
