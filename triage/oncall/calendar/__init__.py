"""Calendars: shifts as iCalendar feeds that people subscribe to, and time off read from people's own calendars."""
