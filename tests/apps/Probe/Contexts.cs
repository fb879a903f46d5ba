using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Probe;

/// <summary>Functions that are methods of an object with services.</summary>
public sealed class Contexts(Scoped scoped, Ledger ledger, Trail trail, Holds holds, Crowd crowd, IConfiguration configuration, ILogger<Contexts> logger)
{
    const AuthorizationLevel Open = AuthorizationLevel.Anonymous;

    [Function("Context")]
    public object Context([HttpTrigger(Open, "get", Route = "context/{part}")] HttpRequestData request, FunctionContext context)
    {
        context.Features.Set(new Tag("kept"));
        logger.LogInformation("Logged by the injected logger");
        context.GetLogger("Probe.Named").LogInformation("Logged by the named logger");
        context.GetLogger<Contexts>().LogWarning("Logged by the typed logger");
        return new
        {
            context.InvocationId,
            context.FunctionId,
            context.FunctionDefinition.Name,
            context.FunctionDefinition.EntryPoint,
            Parameters = context.FunctionDefinition.Parameters.Select(p => p.Name),
            BindingData = context.BindingContext.BindingData.ToDictionary(d => d.Key, d => d.Value),
            Items = context.Items.ToDictionary(i => $"{i.Key}", i => i.Value),
            Feature = context.Features.Get<Tag>()?.Text,
            SameScope = context.InstanceServices.GetRequiredService<Scoped>() == scoped,
            scoped.Number,
            context.CancellationToken.CanBeCanceled,
            context.TraceContext.TraceParent,
            context.TraceContext.TraceState,
            Retried = context.RetryContext is not null,
        };
    }

    [Function("Scopes")]
    public object Scopes([HttpTrigger(Open, "get", Route = "scopes")] HttpRequestData request) => new { ledger.Made, ledger.Disposed };

    [Function("Trail")]
    public object SeenTriggers([HttpTrigger(Open, "get", Route = "trail")] HttpRequestData request) => trail.Seen;

    [Function("Configuration")]
    public object Configured([HttpTrigger(Open, "get", Route = "configuration/{name}")] HttpRequestData request, string name) =>
        new { Configuration = configuration[name], Environment = Environment.GetEnvironmentVariable(name) };

    /// <summary>Runs until it is released, or until it is cancelled if it is told to mind that.</summary>
    [Function("Wait")]
    public async Task<string> Wait(
        [HttpTrigger(Open, "get", "post", Route = "wait/{name}/{stubborn:bool}")] HttpRequestData request, string name, bool stubborn, FunctionContext context)
    {
        Hold hold = holds[name];
        using CancellationTokenRegistration registration = context.CancellationToken.Register(() => hold.Cancelled = true);
        crowd.Enter(name);
        hold.Enter();
        try
        {
            await hold.Released.WaitAsync(stubborn ? CancellationToken.None : context.CancellationToken);
            return hold.Outcome = scoped.IsDisposed ? "services are gone" : "done";
        }
        catch (OperationCanceledException)
        {
            hold.Cancelled = true;
            hold.Outcome = "cancelled";
            throw;
        }
        finally
        {
            crowd.Leave(name);
        }
    }

    [Function("Waiting")]
    public object Waiting([HttpTrigger(Open, "get", Route = "waiting/{name}")] HttpRequestData request, string name) =>
        new { holds[name].Entered, holds[name].Cancelled, holds[name].Outcome, Now = crowd.Now(name), Most = crowd.Most(name) };

    [Function("Release")]
    public void Release([HttpTrigger(Open, "post", Route = "release/{name}")] HttpRequestData request, string name) => holds[name].Release();
}

/// <summary>Functions behind keys.</summary>
public static class Guarded
{
    [Function("ForFunction")]
    public static string Function([HttpTrigger(AuthorizationLevel.Function, "get", Route = "guarded/function")] HttpRequestData request) => "in";

    [Function("ForFunctionToo")]
    public static string Other([HttpTrigger(AuthorizationLevel.Function, "get", Route = "guarded/other")] HttpRequestData request) => "in";

    [Function("ForSystem")]
    public static string System([HttpTrigger(AuthorizationLevel.System, "get", Route = "guarded/system")] HttpRequestData request) => "in";

    [Function("ForAdmin")]
    public static string Admin([HttpTrigger(AuthorizationLevel.Admin, "get", Route = "guarded/admin")] HttpRequestData request) => "in";
}
