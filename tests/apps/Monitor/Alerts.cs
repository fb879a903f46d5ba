using System.Collections.Concurrent;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Monitor;

/// <summary>What was told to whom it may concern, since the process began.</summary>
public sealed class Alerts
{
    readonly ConcurrentQueue<string> _sent = new();

    public IReadOnlyCollection<string> Sent => _sent;

    public void Send(string alert) => _sent.Enqueue(alert);
}

/// <summary>Sends alerts, and shows them.</summary>
public sealed class AlertFunctions(Alerts alerts)
{
    [Function(nameof(SendAlert))]
    public void SendAlert([ActivityTrigger] string alert) => alerts.Send(alert);

    [Function("Alerts_List")]
    public async Task<HttpResponseData> ListAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "alerts")] HttpRequestData request, FunctionContext context)
    {
        HttpResponseData response = request.CreateResponse();
        await response.WriteAsJsonAsync(alerts.Sent, context.CancellationToken);
        return response;
    }
}
