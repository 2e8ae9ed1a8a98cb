"""The sample campaign: invented people play the main journey against the running platform, by HTTP and by mail.

Nothing is written behind the services' backs: whoever watches the page sees what real use would do.
"""
