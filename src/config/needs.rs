//! Who needs which service: every name has to be known, no service may need itself, and a service is
//! named in `${service:NAME}` only where it is needed.

use super::problem::Problem;
use super::provider::Provider;
use super::service::{Needs, Service, ServiceName};
use super::template::Template;

/// Refuses whatever could not be started in any order.
pub(super) fn check(services: &[Service], providers: &[Provider]) -> Result<(), Problem> {
    for needs in services.iter().map(|it| &it.needs).chain(providers.iter().map(|it| &it.needs)) {
        known(needs, services)?;
    }
    for service in services {
        acyclic(service, services, &mut vec![&service.name])?;
        let mut templates = service.templates();
        templates.try_for_each(|it| it.without_values().and(needed(it, &service.needs, services)))?;
    }
    for provider in providers {
        provider.templates().try_for_each(Template::without_values)?;
        provider.messages.templates().try_for_each(Template::with_values)?;
        let mut templates = provider.templates().chain(provider.messages.templates());
        templates.try_for_each(|it| needed(it, &provider.needs, services))?;
    }
    Ok(())
}

/// The services that `needs` name and those that they need, each after those that it needs itself.
pub(super) fn in_order<'a>(needs: &Needs, services: &'a [Service]) -> Vec<&'a Service> {
    let mut order = Vec::new();
    visit(needs, services, &mut order);
    order
}

/// Ends because no service needs itself.
fn visit<'a>(needs: &Needs, services: &'a [Service], order: &mut Vec<&'a Service>) {
    for name in needs.names() {
        let Some(service) = find(name, services) else { continue };
        if order.iter().all(|known| known.name != *name) {
            visit(&service.needs, services, order);
            order.push(service);
        }
    }
}

fn find<'a>(name: &ServiceName, services: &'a [Service]) -> Option<&'a Service> {
    services.iter().find(|service| service.name == *name)
}

fn known(needs: &Needs, services: &[Service]) -> Result<(), Problem> {
    match needs.spanned().find(|(name, _)| find(name, services).is_none()) {
        Some((name, span)) => Err(unknown(name, span, services)),
        None => Ok(()),
    }
}

fn unknown(name: &ServiceName, span: std::ops::Range<usize>, services: &[Service]) -> Problem {
    let names: Vec<String> = services.iter().map(|it| format!("{:?}", it.name.as_str())).collect();
    let names = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
    let message = format!("there is no service {:?}; there are: {names}", name.as_str());
    Problem::new(span, message, "describe it in a [[service]] table, or correct its name")
}

/// Follows what `service` needs; `path` is how we came there.
fn acyclic<'a>(
    service: &'a Service,
    services: &'a [Service],
    path: &mut Vec<&'a ServiceName>,
) -> Result<(), Problem> {
    for (name, span) in service.needs.spanned() {
        if let Some(begin) = path.iter().position(|known| *known == name) {
            let circle: Vec<String> =
                path[begin..].iter().chain([&name]).map(|name| format!("{:?}", name.as_str())).collect();
            let message = format!("services need each other in a circle: {}", circle.join(" needs "));
            return Err(Problem::new(
                span,
                message,
                "take one of these out of `needs`: one has to start first",
            ));
        }
        if let Some(needed) = find(name, services) {
            path.push(name);
            acyclic(needed, services, path)?;
            path.pop();
        }
    }
    Ok(())
}

fn needed(template: &Template, needs: &Needs, services: &[Service]) -> Result<(), Problem> {
    let Some(name) = template.services().find(|name| !needs.has(name)) else { return Ok(()) };
    if find(name, services).is_none() {
        return Err(unknown(name, template.span(), services));
    }
    let message =
        format!("${{service:{name}}} stands here, and the service {:?} is not needed", name.as_str());
    Err(Problem::new(
        template.span(),
        message,
        format!("name it in this table: needs = [{:?}]", name.as_str()),
    ))
}
