"""`python -m deploy.local.campaign`: play the sample campaign on the running platform."""

from deploy.local.campaign.play import Campaign
from shared.client import platform

if __name__ == "__main__":
    with Campaign(platform()) as campaign:
        campaign.play()
