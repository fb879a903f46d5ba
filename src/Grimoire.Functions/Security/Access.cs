using System.Collections.Frozen;
using System.Reflection;
using Microsoft.Azure.Functions.Worker;

namespace Grimoire.Functions.Security;

/// <summary>Who may call an HTTP function, and which of its parameters is the id of something that belongs to an account.</summary>
/// <param name="Needs">Null: anybody may.</param>
/// <param name="CastId">The name of the parameter of the route that is the id of a cast or a cook; null if none is.</param>
sealed record Access(NeedsAttribute? Needs, string? CastId)
{
    /// <summary>Where the id of a cast, or of a cook, is in the route. Ids that the storage keeps apart by account (slugs, tools, names) need no look: they are looked for in the caller's.</summary>
    static readonly string[] CastRoutes = ["api/casts/{id}", "api/runs/{id}", "api/cooks/{id}", "api/deadletters/{id}"];

    static readonly FrozenDictionary<string, Access> All = Functions()
        .Select(function => (function.Name, Access: Read(function.Method, function.Route)))
        .Where(function => function.Access is not null)
        .ToFrozenDictionary(function => function.Name, function => function.Access!);

    /// <param name="function">Its name.</param>
    /// <exception cref="InvalidOperationException">It does not say: then nobody may call it.</exception>
    public static Access Of(string function) =>
        All.GetValueOrDefault(function) ?? throw new InvalidOperationException($"The function {function} says neither what it needs nor that it is open.");

    internal static IEnumerable<(string Name, MethodInfo Method, string Route)> Functions() =>
        from type in typeof(Access).Assembly.GetTypes()
        from method in type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
        let function = method.GetCustomAttribute<FunctionAttribute>()
        where function is not null
        from parameter in method.GetParameters()
        let trigger = parameter.GetCustomAttribute<HttpTriggerAttribute>()
        where trigger is not null
        select (function.Name, method, trigger.Route ?? function.Name);

    static Access? Read(MethodInfo method, string route) => (method.GetCustomAttribute<NeedsAttribute>(), method.GetCustomAttribute<OpenAttribute>()) switch
    {
        ({ } needs, null) => new Access(needs, CastRoutes.Any(start => route == start || route.StartsWith(start + "/", StringComparison.Ordinal)) ? "id" : null),
        (null, not null) => new Access(null, null),
        _ => null,
    };
}
