using System.Reflection;
using Grimoire.Accounts;
using Grimoire.Functions.Security;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Grimoire.Functions.Http;

/// <summary>Whose key a request brings, and what it may do: what a program asks first that has been given one.</summary>
public sealed class WhoAmIApi
{
    static readonly string Version = typeof(WhoAmIApi).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "";

    [Function("WhoAmI")]
    [Needs(Role.Viewer, Unlimited = true)]
    public static Task<HttpResponseData> WhoAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/whoami")] HttpRequestData request,
        FunctionContext context,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        var caller = Caller.Of(context);
        return Answer.OkAsync(
            request,
            new
            {
                caller.Account,
                caller.Role,
                Operator = caller.IsOperator,
                Key = caller.KeyId is { } id ? new { Id = id, Name = caller.KeyName } : null,
                Keys = caller.KeyId is null ? "off" : "required",
                Version,
            },
            cancellation);
    }
}
