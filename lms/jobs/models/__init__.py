"""Work that outlives a request: jobs, notifications, imports."""

from lms.jobs.models.files import JobFile
from lms.jobs.models.imports import ImportLine, ImportRun, ImportState, Verdict
from lms.jobs.models.jobs import Job, JobState, claimable_q
from lms.jobs.models.notifications import Channel, Notification, NotificationState

__all__ = [
    "Channel",
    "ImportLine",
    "ImportRun",
    "ImportState",
    "Job",
    "JobFile",
    "JobState",
    "Notification",
    "NotificationState",
    "Verdict",
    "claimable_q",
]
