"""The pages of members, in French, by what people do there. They work without JavaScript."""

from services.members.pages import joining, leaving_contact, my_space, roles, signing_in

routers = (joining.router, leaving_contact.router, signing_in.router, my_space.router, roles.router)
