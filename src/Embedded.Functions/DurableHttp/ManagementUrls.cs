namespace Embedded.Functions.DurableHttp;

/// <summary>The URLs by which one instance is managed.</summary>
/// <param name="apiUrl">Where the API is: <c>http://host/runtime/webhooks/durabletask</c>.</param>
/// <param name="instanceId">The instance.</param>
/// <param name="query">What each URL carries, such as the key; empty for nothing.</param>
internal sealed class ManagementUrls(string apiUrl, string instanceId, string? query)
{
    public const string ApiPath = "/runtime/webhooks/durabletask";

    readonly string _instance = $"{apiUrl}/instances/{Uri.EscapeDataString(instanceId)}";

    public string InstanceId => instanceId;

    public string Status => WithQuery(string.Empty);

    public string Purge => WithQuery(string.Empty);

    /// <summary>Callers put the event's name for <c>{eventName}</c>.</summary>
    public string SendEvent => WithQuery("/raiseEvent/{eventName}");

    /// <summary>Callers put the reason for <c>{text}</c>.</summary>
    public string Terminate => WithReason("/terminate");

    public string Suspend => WithReason("/suspend");

    public string Resume => WithReason("/resume");

    public string Rewind => WithReason("/rewind");

    public string Restart => WithQuery("/restart");

    string WithQuery(string path) => string.IsNullOrEmpty(query) ? _instance + path : $"{_instance}{path}?{query}";

    string WithReason(string path) => string.IsNullOrEmpty(query)
        ? $"{_instance}{path}?reason={{text}}"
        : $"{_instance}{path}?reason={{text}}&{query}";
}
