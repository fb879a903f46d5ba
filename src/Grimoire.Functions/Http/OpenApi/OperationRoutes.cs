using System.Collections.Frozen;
using System.Reflection;
using Grimoire.Functions.Security;
using Microsoft.Azure.Functions.Worker;

namespace Grimoire.Functions.Http.OpenApi;

/// <summary>Which operation of the API a function is: found by its route.</summary>
static class OperationRoutes
{
    static readonly FrozenDictionary<(string Function, string Method), Operation> All = Find().ToFrozenDictionary(found => (found.Function, found.Operation.Method), found => found.Operation);

    /// <param name="function">Its name.</param>
    /// <param name="method">GET, PUT…</param>
    /// <returns>Null if the function is not described.</returns>
    public static Operation? Of(string function, string method) => All.GetValueOrDefault((function, method.ToLowerInvariant()));

    /// <summary>What a key has to be for it; null if it wants none.</summary>
    public static NeedsAttribute? NeedsOf(Operation operation) => Access.Of(All.First(found => found.Value == operation).Key.Function).Needs;

    static IEnumerable<(string Function, Operation Operation)> Find() =>
        from type in typeof(OperationRoutes).Assembly.GetTypes()
        from method in type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static)
        let function = method.GetCustomAttribute<FunctionAttribute>()
        where function is not null
        from parameter in method.GetParameters()
        let trigger = parameter.GetCustomAttribute<HttpTriggerAttribute>()
        where trigger is not null
        from operation in ApiOperations.All
        where "/api" + operation.Path == "/" + trigger.Route!.Replace("{*", "{", StringComparison.Ordinal) && trigger.Methods!.Contains(operation.Method)
        select (function.Name, operation);
}
