//! Who needs which service: every name has to be known, no service may need itself, and a service is
//! named in `${service:NAME}` only where it is needed.

use super::phase::Phase;
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

/// Refuses a phase that needs what nobody describes. A provider may stand where a service does.
pub(super) fn check_phase(
    phase: &Phase,
    services: &[Service],
    providers: &[Provider],
) -> Result<(), Problem> {
    let described = |name: &ServiceName| {
        find(name, services).is_some() || providers.iter().any(|it| it.name.as_str() == name.as_str())
    };
    if let Some((name, span)) = phase.needs.spanned().find(|(name, _)| !described(name)) {
        let message = format!("{:?} is neither a service nor a provider", name.as_str());
        let hint = "describe it in a [[service]] or [[provider]] table, or correct its name";
        return Err(Problem::new(span, message, hint));
    }
    for (_, template) in &phase.env {
        template.without_values()?;
        if let Some(name) = template.services().find(|name| !phase.needs.has(name)) {
            return Err(not_needed(name, template));
        }
    }
    Ok(())
}

/// The providers that `needs` name. What is a service, too, is meant as the service.
pub(super) fn providers<'a>(
    needs: &Needs,
    services: &[Service],
    providers: &'a [Provider],
) -> Vec<&'a Provider> {
    let others = needs.names().filter(|name| find(name, services).is_none());
    others.filter_map(|name| providers.iter().find(|it| it.name.as_str() == name.as_str())).collect()
}

/// The services that `needs` name and those that they need, each after those that it needs itself.
pub(super) fn in_order<'a, 'b>(
    needs: impl IntoIterator<Item = &'b Needs>,
    services: &'a [Service],
) -> Vec<&'a Service> {
    let mut order = Vec::new();
    needs.into_iter().for_each(|needs| visit(needs, services, &mut order));
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
    Err(not_needed(name, template))
}

fn not_needed(name: &ServiceName, template: &Template) -> Problem {
    let message =
        format!("${{service:{name}}} stands here, and the service {:?} is not needed", name.as_str());
    let hint = format!("name it in this table: needs = [{:?}]", name.as_str());
    Problem::new(template.span(), message, hint)
}
