using System.Net;
using Grimoire.Casts;
using Grimoire.Cooks;
using Grimoire.Functions.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Logging;

namespace Grimoire.Functions.Security;

/// <summary>
/// Every call of an HTTP function comes by here: who calls, whether that is enough for the function, and whether what the URL names belongs to the
/// caller's account, and whether that account has not sent too many. No function has to look for itself.
/// </summary>
public sealed partial class Authenticate(SecurityOptions options, KeyCheck keys, RequestLimit limit, ILogger<Authenticate> logger) : IFunctionsWorkerMiddleware
{
    public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(next);
        if (await context.GetHttpRequestDataAsync().ConfigureAwait(false) is { } request)
        {
            try
            {
                await AdmitAsync(context, request).ConfigureAwait(false);
            }
            catch (RefusedException refused)
            {
                LogRefused(logger, request.Method, request.Url.AbsolutePath, refused.Problem.Code);
                throw;
            }
        }

        await next(context).ConfigureAwait(false);
    }

    async Task AdmitAsync(FunctionContext context, HttpRequestData request)
    {
        var access = Access.Of(context.FunctionDefinition.Name);
        var caller = access.Needs is null ? Caller.Nobody
            : options.Keys == KeyUse.Off ? Caller.Everyone
            : await keys.CallerOfAsync(request, context.CancellationToken).ConfigureAwait(false);
        caller.EnterInto(context);
        if (access.Needs is { } needs)
        {
            if (!needs.Unlimited)
            {
                // First of all: what is refused for another reason has been a request too.
                await limit.CountAsync(context, caller.Account).ConfigureAwait(false);
            }

            CheckRole(caller, needs);
            request.Account();
        }

        if (access.CastId is { } parameter)
        {
            CheckCast(caller, context, parameter);
        }
    }

    static void CheckRole(Caller caller, NeedsAttribute needs)
    {
        if (needs.Operators && !caller.IsOperator)
        {
            throw new Problem(HttpStatusCode.Forbidden, "auth.role", $"This wants the key of an admin of the account {Accounts.Account.Operators}.").Refused();
        }

        if (caller.Role < needs.Role)
        {
            var (wanted, role) = (Word(needs.Role), Word(caller.Role));
            throw new Problem(HttpStatusCode.Forbidden, "auth.role", $"This wants a key with the role {wanted}; this one has the role {role}.").Refused();
        }
    }

    /// <summary>The cast, or cook, of another account is one that does not exist: it is not even looked for, so nothing tells them apart.</summary>
    static void CheckCast(Caller caller, FunctionContext context, string parameter)
    {
        // What the function itself is given under that name, wherever the host has it from.
        var id = context.BindingContext.BindingData.TryGetValue(parameter, out var value) && value is string text
            ? text
            : throw new InvalidOperationException($"The route has no '{parameter}'.");
        if (caller.HasAllAccounts)
        {
            return;
        }

        if (CookIds.IsValid(id) && CookIds.AccountOf(id) != caller.Account)
        {
            throw CookViews.NotFound(id);
        }

        if (CastIds.IsValid(id) && CastIds.AccountOf(id) != caller.Account)
        {
            throw CastReading.NotFound(id);
        }
    }

    static string Word(Accounts.Role role) => role.ToString().ToLowerInvariant();

    // The path has ids and names; a key is in a header, and is not told.
    [LoggerMessage(Level = LogLevel.Information, Message = "{Method} {Path} was refused: {Code}.")]
    static partial void LogRefused(ILogger logger, string method, string path, string code);
}
