using Embedded.Functions.Discovery;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;

namespace Embedded.Functions.Http;

/// <summary>The routes of an app's HTTP functions, and what is wrong with them.</summary>
internal sealed class FunctionRoutes
{
    /// <summary>Where the host's own routes are.</summary>
    static readonly string[] Reserved = ["admin", "runtime"];

    readonly List<FunctionRoute> _routes = [];
    readonly List<string> _problems = [];

    /// <param name="constraints">Makes constraints, so that one that does not exist is found out now.</param>
    public FunctionRoutes(IEnumerable<HostedFunction> functions, string prefix, ParameterPolicyFactory constraints)
    {
        foreach (HostedFunction function in functions)
        {
            if (function.Trigger is HttpFunctionTrigger trigger && Read(function, trigger, prefix, constraints) is { } route)
            {
                _routes.Add(route);
            }
        }

        CheckConflicts();
    }

    public IReadOnlyList<FunctionRoute> Routes => _routes;

    public IReadOnlyList<string> Problems => _problems;

    FunctionRoute? Read(HostedFunction function, HttpFunctionTrigger trigger, string prefix, ParameterPolicyFactory constraints)
    {
        string template = trigger.Template;
        if (template.StartsWith('/') || template.StartsWith('~'))
        {
            Refuse(function, template, $"it must not begin with '{template[0]}'");
            return null;
        }

        foreach (string method in trigger.Methods.Where(m => m.Length == 0 || !m.All(c => char.IsAsciiLetterUpper(c) || c == '-')))
        {
            _problems.Add($"Function '{function.Name}' names the HTTP method '{method}', which is none.");
        }

        string full = prefix.Length == 0 ? template : $"{prefix}/{template}";
        if (Reserved.FirstOrDefault(r => IsBelow(full, r)) is { } reserved)
        {
            Refuse(function, template, $"'/{reserved}' is where the host has its own routes");
            return null;
        }

        try
        {
            RoutePattern pattern = RoutePatternFactory.Parse(full);
            foreach (RoutePatternParameterPart parameter in pattern.Parameters)
            {
                foreach (RoutePatternParameterPolicyReference policy in parameter.ParameterPolicies)
                {
                    _ = constraints.Create(parameter, policy);
                }
            }

            return new FunctionRoute(function, trigger, pattern);
        }
        catch (Exception e) when (e is RoutePatternException or InvalidOperationException or RouteCreationException or FormatException or ArgumentException)
        {
            Refuse(function, template, e.GetBaseException().Message);
            return null;
        }
    }

    void Refuse(HostedFunction function, string template, string why) =>
        _problems.Add($"Function '{function.Name}' has the route '{template}', which is not valid: {why}");

    void CheckConflicts()
    {
        foreach (IGrouping<string, FunctionRoute> same in _routes.GroupBy(r => Shape(r.Pattern), StringComparer.OrdinalIgnoreCase))
        {
            FunctionRoute[] routes = [.. same];
            for (int i = 0; i < routes.Length; i++)
            {
                for (int j = i + 1; j < routes.Length; j++)
                {
                    if (Overlap(routes[i].Trigger.Methods, routes[j].Trigger.Methods))
                    {
                        _problems.Add(
                            $"Functions '{routes[i].Function.Name}' and '{routes[j].Function.Name}' have the same route '{routes[i].Pattern.RawText}' for the same method: no request could tell them apart.");
                    }
                }
            }
        }
    }

    static bool Overlap(IReadOnlyList<string> a, IReadOnlyList<string> b) => a.Count == 0 || b.Count == 0 || a.Intersect(b).Any();

    static bool IsBelow(string path, string folder) =>
        path.Equals(folder, StringComparison.OrdinalIgnoreCase) || path.StartsWith(folder + "/", StringComparison.OrdinalIgnoreCase);

    /// <summary>The template without the names of its parameters, which make no difference to what it matches.</summary>
    static string Shape(RoutePattern pattern) => string.Join('/', pattern.PathSegments.Select(segment => string.Concat(segment.Parts.Select(part => part switch
    {
        RoutePatternLiteralPart literal => literal.Content,
        RoutePatternParameterPart parameter =>
            $"{{{(parameter.IsCatchAll ? "*" : "")}{string.Join(':', parameter.ParameterPolicies.Select(p => p.Content))}{(parameter.IsOptional ? "?" : "")}}}",
        _ => "",
    }))));
}

internal sealed record FunctionRoute(HostedFunction Function, HttpFunctionTrigger Trigger, RoutePattern Pattern)
{
    public Endpoint ToEndpoint(RequestDelegate handler)
    {
        var builder = new RouteEndpointBuilder(handler, Pattern, order: 0) { DisplayName = Function.Name };
        if (Trigger.Methods.Count > 0)
        {
            builder.Metadata.Add(new HttpMethodMetadata(Trigger.Methods));
        }

        return builder.Build();
    }
}
