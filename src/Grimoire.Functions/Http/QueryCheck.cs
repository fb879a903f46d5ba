using Grimoire.Functions.Http.OpenApi;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.Azure.Functions.Worker.Middleware;

namespace Grimoire.Functions.Http;

/// <summary>
/// Refuses parameters in the URL that the API does not describe for the route: a filter that is misspelt would otherwise let everything through.
/// </summary>
public sealed class QueryCheck : IFunctionsWorkerMiddleware
{
    /// <summary>What the host reads: a function key, and the name of one.</summary>
    static readonly string[] OfHost = ["code", "clientId"];

    public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(next);
        if (await context.GetHttpRequestDataAsync().ConfigureAwait(false) is { } request
            && OperationRoutes.Of(context.FunctionDefinition.Name, request.Method) is { } operation)
        {
            Check(request, operation.Query);
        }

        await next(context).ConfigureAwait(false);
    }

    /// <exception cref="RefusedException">There is one that is none of <paramref name="known"/>.</exception>
    internal static void Check(HttpRequestData request, IReadOnlyCollection<string> known)
    {
        if (Names(request).FirstOrDefault(name => !known.Concat(OfHost).Contains(name, StringComparer.OrdinalIgnoreCase)) is { } unknown)
        {
            throw RequestQuery.Bad(unknown, known.Count == 0 ? "there are no parameters here" : $"it is none of {string.Join(", ", known)}");
        }
    }

    /// <summary>Those that come without a value are values without a name to whoever has parsed them.</summary>
    static IEnumerable<string> Names(HttpRequestData request) =>
        request.Query.AllKeys.SelectMany(name => name is null ? request.Query.GetValues(null) ?? [] : [name]).Where(name => name.Length > 0);
}
