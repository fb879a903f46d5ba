using static Embedded.Functions.Settings.SettingShape;

namespace Embedded.Functions.Settings;

/// <summary>Every setting of host.json, version 2.0, that is understood or at least known.</summary>
internal static class HostJsonSchema
{
    const string Http = "extensions.http";
    const string Durable = "extensions.durableTask";
    const string NoTelemetry = "There is no Application Insights here: logs go to the app's own logging.";
    const string NoSuchTrigger = "This host has no triggers or bindings of this kind.";
    const string NoReplay = "Instances stay in memory between their turns as it is; see Embedded:MaxLiveInstances.";

    public static SettingSchema Schema { get; } = new(
    [
        new("version", Value, "", "The version of the file's format. Must be there, and be \"2.0\"."),
        new("functionTimeout", Value, "00:30:00", "How long a function may run; -1 for as long as it likes. At least one second."),
        new("functions", List, "", "The names of the only functions to be loaded. None: all of them."),
        new($"{Http}.routePrefix", Value, "api", "What every route begins with. May be empty."),
        new($"{Http}.maxConcurrentRequests", Value, "-1", "How many HTTP functions run at once. -1: any number."),
        new($"{Http}.maxOutstandingRequests", Value, "-1", "How many requests run or wait before more are refused with 429. -1: any number."),
        new($"{Http}.customHeaders", Map, "", "Headers of every response."),
        new($"{Durable}.hubName", Value, HubNames.Default, $"The name of the task hub, and of its file: {HubNames.Rule}. %NAME% in it stands for an app setting. Without it: the app setting WEBSITE_SITE_NAME, made to fit, or the default."),
        new($"{Durable}.maxConcurrentActivityFunctions", Value, "", "How many activities run at once. Without it: 100 for each processor."),
        new($"{Durable}.maxConcurrentOrchestratorFunctions", Value, "", "How many orchestrators run at once. Without it: 100 for each processor."),
        new($"{Durable}.maxConcurrentEntityFunctions", Value, "", "How many entities run at once. Without it: 100 for each processor."),
        new($"{Durable}.defaultVersion", Value, "", "The version of new orchestrations, and the one to which those found are compared."),
        new($"{Durable}.versionMatchStrategy", Value, "CurrentOrOlder", "Which versions this app runs once it has a defaultVersion: None (all), Strict (its own) or CurrentOrOlder."),
        new($"{Durable}.versionFailureStrategy", Value, "Reject", "What becomes of an orchestration of another version: Reject (left for later) or Fail."),
        new("logging.logLevel", Map, "", "The least level to be logged, by the beginning of the category: Trace, Debug, Information, Warning, Error, Critical or None. \"default\" is for all others."),
        new("logging.console.logLevel", Map, "", "The same for the console alone, where it goes over logging.logLevel."),

        new($"{Http}.dynamicThrottlesEnabled", Ignored, "", "There are no sandbox counters to throttle by; use maxConcurrentRequests and maxOutstandingRequests."),
        new($"{Http}.hsts", Ignored, "", "Strict-Transport-Security is for whatever ends TLS in front of this host; extensions.http.customHeaders can set it."),
        new($"{Durable}.storageProvider", Ignored, "", "State is in one SQLite file, in the folder of Embedded:State."),
        new($"{Durable}.httpSettings.useForwardedHost", Ignored, "", "Forwarded headers are believed only from the proxies of Embedded:KnownProxies."),
        new($"{Durable}.httpSettings.defaultAsyncRequestSleepTimeMilliseconds", Ignored, "", "The interval between two polls of a durable HTTP call is fixed."),
        new($"{Durable}.extendedSessionsEnabled", Ignored, "", NoReplay),
        new($"{Durable}.extendedSessionIdleTimeoutInSeconds", Ignored, "", NoReplay),
        new($"{Durable}.tracing", Ignored, "", NoTelemetry),
        new($"{Durable}.notifications", Ignored, "", "Nothing is published to Event Grid."),
        new($"{Durable}.maxOrchestrationActions", Ignored, "", "The number of an orchestrator's actions has no limit."),
        new($"{Durable}.maxEntityOperationBatchSize", Ignored, "", "The engine finds the size of a batch itself."),
        new($"{Durable}.entityMessageReorderWindowInMinutes", Ignored, "", "Messages are neither doubled nor reordered."),
        new($"{Durable}.rollbackEntityOperationsOnExceptions", Ignored, "", "An operation that throws is always rolled back."),
        new($"{Durable}.overridableExistingInstanceStates", Ignored, "", "It is up to the options with which an instance is started."),
        new($"{Durable}.throwStatusExceptionsOnRaiseEvent", Ignored, "", "It is of the in-process model."),
        new($"{Durable}.storeInputsInOrchestrationHistory", Ignored, "", "Inputs are always in the history."),
        new($"{Durable}.useAppLease", Ignored, "", "The hub's file is open in one process only."),
        new($"{Durable}.appLeaseOptions", Ignored, "", "The hub's file is open in one process only."),
        new($"{Durable}.useGracefulShutdown", Ignored, "", "The shutdown is always graceful."),
        new($"{Durable}.localRpcEndpointEnabled", Ignored, "", "Functions and host are one process."),
        new($"{Durable}.maxGrpcMessageSizeInBytes", Ignored, "", "Functions and host are one process."),
        new($"{Durable}.grpcHttpClientTimeout", Ignored, "", "Functions and host are one process."),
        .. OtherExtensions(),
        new("logging.console.isEnabled", Ignored, "", "The app's own logging says whether it writes to the console."),
        new("logging.console.disableColors", Ignored, "", "The app's own logging says how it writes to the console."),
        new("logging.fileLoggingMode", Ignored, "", "The host writes no log files."),
        new("logging.applicationInsights", Ignored, "", NoTelemetry),
        new("telemetryMode", Ignored, "", NoTelemetry),
        new("aggregator", Ignored, "", NoTelemetry),
        new("concurrency", Ignored, "", "Dynamic concurrency is for triggers that this host does not have."),
        new("configurationProfile", Ignored, "", "It is for custom handlers."),
        new("customHandler", Ignored, "", "Functions and host are one process."),
        new("httpWorker", Ignored, "", "Functions and host are one process."),
        new("extensionBundle", Ignored, "", "Bundles are for languages other than .NET."),
        new("healthMonitor", Ignored, "", "Nothing is recycled."),
        new("id", Ignored, "", "There is one host only."),
        new("isDefaultHostConfig", Ignored, "", "It is a mark that the official host makes."),
        new("managedDependency", Ignored, "", "It is for PowerShell."),
        new("managedDependencies", Ignored, "", "It is for PowerShell."),
        new("metadataProviderTimeout", Ignored, "", "Functions and host are one process."),
        new("retry", Ignored, "", "Retry policies of the whole app were removed from the official host too; TaskOptions have those of durable calls."),
        new("sendCanceledInvocationsToWorker", Ignored, "", "Functions and host are one process."),
        new("singleton", Ignored, "", "There is one host only."),
        new("fileWatchingEnabled", Ignored, "", "Files are not watched; use dotnet watch."),
        new("watchDirectories", Ignored, "", "Files are not watched; use dotnet watch."),
        new("watchFiles", Ignored, "", "Files are not watched; use dotnet watch."),
    ]);

    static List<KnownSetting> OtherExtensions()
    {
        ReadOnlySpan<string> names =
        [
            "blobs", "cosmosDB", "dapr", "eventGrid", "eventHubs", "kafka", "mcp", "queues", "rabbitMQ", "sendGrid", "serviceBus", "signalR",
            "sql", "tables", "twilioSms", "warmup", "webPubSub",
        ];
        var settings = new List<KnownSetting>(names.Length);
        foreach (string name in names)
        {
            settings.Add(new($"extensions.{name}", Ignored, "", NoSuchTrigger));
        }

        return settings;
    }
}
