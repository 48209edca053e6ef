//! The few things said on D-Bus, without waking anybody who sleeps and without waiting for anybody who hangs.

mod system;

use std::collections::HashMap;
use std::time::Duration;

use futures::StreamExt;
use futures::stream::BoxStream;
use zbus::proxy::{CacheProperties, MethodFlags};
use zbus::zvariant::OwnedValue;
use zbus::{Connection, MatchRule, MessageStream, Proxy};

pub(in crate::platform) use system::System;

pub(in crate::platform) type Values = HashMap<String, OwnedValue>;
/// "Look again", however often.
pub(in crate::platform) type Signals = BoxStream<'static, ()>;

/// A daemon that hangs is a daemon that is not there.
const PATIENCE: Duration = Duration::from_secs(2);
/// Signals that wait to be read. All of them mean the same.
const QUEUED: usize = 64;

async fn system() -> Option<Connection> {
    connect(zbus::connection::Builder::system()).await
}

pub(in crate::platform) async fn session() -> Option<Connection> {
    connect(zbus::connection::Builder::session()).await
}

async fn connect(builder: zbus::Result<zbus::connection::Builder<'_>>) -> Option<Connection> {
    let connecting = builder.ok()?.method_timeout(PATIENCE).build();
    tokio::time::timeout(PATIENCE, connecting).await.ok()?.ok()
}

/// One object of one service. Never started by being asked.
#[derive(Debug, Clone)]
pub(in crate::platform) struct Service {
    bus: Connection,
    name: &'static str,
}

impl Service {
    pub(in crate::platform) fn new(bus: &Connection, name: &'static str) -> Self {
        Self { bus: bus.clone(), name }
    }

    /// Every property of an interface; `None` when nobody answers.
    pub(in crate::platform) async fn properties(&self, path: &str, interface: &str) -> Option<Values> {
        self.call(path, "org.freedesktop.DBus.Properties", "GetAll", &(interface,)).await
    }

    pub(in crate::platform) async fn call<B, R>(
        &self,
        path: &str,
        interface: &str,
        method: &str,
        body: &B,
    ) -> Option<R>
    where
        B: serde::Serialize + zbus::zvariant::DynamicType,
        R: for<'d> zbus::zvariant::DynamicDeserialize<'d>,
    {
        let proxy = self.proxy(path, interface).await.ok()?;
        let asked = proxy.call_with_flags(method, MethodFlags::NoAutoStart.into(), body);
        match asked.await {
            Ok(answer) => answer,
            Err(error) => {
                tracing::debug!(service = self.name, path, method, %error, "no answer");
                None
            }
        }
    }

    async fn proxy(&self, path: &str, interface: &str) -> zbus::Result<Proxy<'static>> {
        zbus::proxy::Builder::new(&self.bus)
            .destination(self.name)?
            .path(path.to_owned())?
            .interface(interface.to_owned())?
            .cache_properties(CacheProperties::No)
            .build()
            .await
    }

    /// It comes or goes.
    pub(in crate::platform) async fn comes_and_goes(&self) -> zbus::Result<Signals> {
        let rule = MatchRule::builder()
            .msg_type(zbus::message::Type::Signal)
            .sender("org.freedesktop.DBus")?
            .interface("org.freedesktop.DBus")?
            .member("NameOwnerChanged")?
            .add_arg(self.name)?
            .build();
        self.listen(rule).await
    }

    /// Properties of one interface changed, on any object at or below a path.
    pub(in crate::platform) async fn changes(&self, below: &str, interface: &str) -> zbus::Result<Signals> {
        let rule = MatchRule::builder()
            .msg_type(zbus::message::Type::Signal)
            .sender(self.name)?
            .interface("org.freedesktop.DBus.Properties")?
            .member("PropertiesChanged")?
            .path_namespace(below.to_owned())?
            .add_arg(interface.to_owned())?
            .build();
        self.listen(rule).await
    }

    pub(in crate::platform) async fn signal(&self, interface: &str, member: &str) -> zbus::Result<Signals> {
        let rule = MatchRule::builder()
            .msg_type(zbus::message::Type::Signal)
            .sender(self.name)?
            .interface(interface.to_owned())?
            .member(member.to_owned())?
            .build();
        self.listen(rule).await
    }

    /// A signal that says yes or no.
    pub(in crate::platform) async fn truths(
        &self,
        interface: &str,
        member: &str,
    ) -> zbus::Result<BoxStream<'static, bool>> {
        let rule = MatchRule::builder()
            .msg_type(zbus::message::Type::Signal)
            .sender(self.name)?
            .interface(interface.to_owned())?
            .member(member.to_owned())?
            .build();
        let messages = MessageStream::for_match_rule(rule, &self.bus, Some(QUEUED)).await?;
        let truth = |message: zbus::Result<zbus::Message>| async move {
            message.ok()?.body().deserialize::<bool>().ok()
        };
        Ok(messages.filter_map(truth).boxed())
    }

    async fn listen(&self, rule: MatchRule<'_>) -> zbus::Result<Signals> {
        Ok(MessageStream::for_match_rule(rule, &self.bus, Some(QUEUED)).await?.map(|_| ()).boxed())
    }
}

pub(in crate::platform) fn number(values: &Values, name: &str) -> Option<u32> {
    values.get(name).and_then(|value| u32::try_from(value).ok())
}

pub(in crate::platform) fn real(values: &Values, name: &str) -> Option<f64> {
    values.get(name).and_then(|value| f64::try_from(value).ok())
}

pub(in crate::platform) fn truth(values: &Values, name: &str) -> bool {
    values.get(name).and_then(|value| bool::try_from(value).ok()).unwrap_or_default()
}

pub(in crate::platform) fn text(values: &Values, name: &str) -> Option<String> {
    let text = values.get(name).and_then(|value| <&str>::try_from(value).ok());
    text.filter(|text| !text.is_empty()).map(str::to_owned)
}

/// An object path that names an object.
pub(in crate::platform) fn object(values: &Values, name: &str) -> Option<String> {
    let path = values.get(name)?.downcast_ref::<zbus::zvariant::ObjectPath<'_>>().ok()?;
    (path.as_str() != "/").then(|| path.as_str().to_owned())
}

pub(in crate::platform) fn objects(values: &Values, name: &str) -> Vec<String> {
    let Some(value) = values.get(name) else { return Vec::new() };
    let Ok(array) = value.downcast_ref::<zbus::zvariant::Array<'_>>() else { return Vec::new() };
    let paths = array.iter().filter_map(|value| value.downcast_ref::<zbus::zvariant::ObjectPath<'_>>().ok());
    paths.map(|path| path.as_str().to_owned()).collect()
}
