"""The rows of services around a case (affairs), by topic."""

from __future__ import annotations

from stationapp.domain.flow import appointments, attendance, complaints, consultations, coordination, projects

ROWS = (
    *appointments.ROWS,
    *consultations.ROWS,
    *complaints.ROWS,
    *attendance.ROWS,
    *projects.ROWS,
    *coordination.ROWS,
)
