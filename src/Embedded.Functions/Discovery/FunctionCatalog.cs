using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.Azure.Functions.Worker;

namespace Embedded.Functions.Discovery;

/// <summary>The functions of an app, and everything that is wrong with them.</summary>
internal sealed partial class FunctionCatalog
{
    const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    readonly List<HostedFunction> _functions = [];
    readonly List<string> _problems = [];
    readonly List<string> _warnings = [];

    public IReadOnlyList<HostedFunction> Functions => _functions;

    /// <summary>Why the app must not start.</summary>
    public IReadOnlyList<string> Problems => _problems;

    public IReadOnlyList<string> Warnings => _warnings;

    /// <summary>Whether the app has a use for a task hub.</summary>
    public bool IsDurable => _functions.Exists(f => f.Trigger is not HttpFunctionTrigger || f.Clients.Length > 0);

    /// <summary>Looks for functions in an app's assembly and in those that it references and that use this library.</summary>
    public static FunctionCatalog Discover(Assembly? app)
    {
        var catalog = new FunctionCatalog();
        if (app is not null)
        {
            catalog.Read(catalog.WithReferences(app).SelectMany(catalog.TypesOf));
        }

        return catalog;
    }

    public static FunctionCatalog Discover(IEnumerable<Type> types)
    {
        var catalog = new FunctionCatalog();
        catalog.Read(types);
        return catalog;
    }

    /// <summary>What is left when only some functions are to run.</summary>
    /// <param name="wanted">Their names; none for all.</param>
    /// <param name="disabled">Whether a function is switched off.</param>
    public FunctionCatalog Only(IReadOnlyCollection<string> wanted, Func<string, bool> disabled)
    {
        var catalog = new FunctionCatalog();
        catalog._problems.AddRange(_problems);
        catalog._warnings.AddRange(_warnings);
        catalog._warnings.AddRange(wanted.Where(name => !_functions.Exists(f => IsNamed(f, name)))
            .Select(name => $"host.json: functions: there is no function '{name}' in the app."));
        catalog._functions.AddRange(_functions.Where(f => !disabled(f.Name) && (wanted.Count == 0 || wanted.Any(name => IsNamed(f, name)))));
        return catalog;
    }

    static bool IsNamed(HostedFunction function, string name) => function.Name.Equals(name, StringComparison.OrdinalIgnoreCase);

    void Read(IEnumerable<Type> types)
    {
        foreach (Type type in types)
        {
            foreach (MethodInfo method in type.GetMethods(Declared))
            {
                if (method.GetCustomAttribute<FunctionAttribute>() is { } attribute)
                {
                    Add(new MethodFunction(type, method, attribute.Name, _problems).Read());
                    if (method.GetCustomAttribute<RetryAttribute>() is not null)
                    {
                        _warnings.Add(
                            $"Function '{attribute.Name}' has a retry attribute, which no trigger of this host honours: retries are given by the caller, in TaskOptions.");
                    }
                }
            }

            if (ClassFunction.AttributeOf(type) is { } task)
            {
                Add(ClassFunction.Read(type, task, _problems));
            }
        }

        _functions.Sort((a, b) => string.CompareOrdinal(a.Name, b.Name));
        CheckNames();
    }

    void Add(HostedFunction? function)
    {
        if (function is not null)
        {
            _functions.Add(function);
        }
    }

    void CheckNames()
    {
        foreach (HostedFunction function in _functions.Where(f => !ValidName().IsMatch(f.Name)))
        {
            _problems.Add(
                $"Function '{function.Name}' ({function.EntryPoint}) has a name that is not allowed: a letter, then up to 127 letters, digits, '-' and '_'; and not 'host'.");
        }

        // Versions of one task share its name.
        foreach (IGrouping<string, HostedFunction> same in _functions
            .GroupBy(f => $"{f.Name}\n{VersionOf(f.Trigger)}", StringComparer.OrdinalIgnoreCase).Where(g => g.Count() > 1))
        {
            Conflict(same, $"functions have the name '{same.First().Name}'");
        }

        foreach (IGrouping<string, HostedFunction> same in _functions.Where(f => TaskNameOf(f.Trigger) is not null)
            .GroupBy(f => $"{f.Trigger.BindingType}\n{TaskNameOf(f.Trigger)}\n{VersionOf(f.Trigger)}", StringComparer.OrdinalIgnoreCase)
            .Where(g => g.Select(f => f.Name).Distinct(StringComparer.OrdinalIgnoreCase).Count() > 1))
        {
            Conflict(same, $"functions run the task '{TaskNameOf(same.First().Trigger)}' ([{same.First().Trigger.BindingType}])");
        }
    }

    void Conflict(IEnumerable<HostedFunction> functions, string what)
    {
        string[] places = [.. functions.Select(f => f.EntryPoint)];
        _problems.Add($"{places.Length} {what}: {string.Join(", ", places)}. Names are unique, whatever their case.");
    }

    static string? VersionOf(FunctionTrigger trigger) => trigger switch
    {
        OrchestrationFunctionTrigger orchestration => orchestration.Version,
        ActivityFunctionTrigger activity => activity.Version,
        _ => null,
    };

    static string? TaskNameOf(FunctionTrigger trigger) => trigger switch
    {
        OrchestrationFunctionTrigger orchestration => orchestration.TaskName,
        ActivityFunctionTrigger activity => activity.TaskName,
        EntityFunctionTrigger entity => entity.TaskName,
        _ => null,
    };

    Type[] TypesOf(Assembly assembly)
    {
        try
        {
            return assembly.GetTypes();
        }
        catch (ReflectionTypeLoadException e)
        {
            _problems.Add($"Types of {assembly.GetName().Name} cannot be loaded: {string.Join("; ", e.LoaderExceptions.Select(x => x?.Message).Distinct())}");
            return [];
        }
    }

    IEnumerable<Assembly> WithReferences(Assembly app)
    {
        var seen = new HashSet<string> { app.GetName().Name! };
        var pending = new Queue<Assembly>([app]);
        while (pending.TryDequeue(out Assembly? assembly))
        {
            AssemblyName[] references = assembly.GetReferencedAssemblies();
            bool usesThis = assembly == app || references.Any(r => r.Name is "Embedded.Functions" or "Embedded.DurableTask");
            if (!usesThis || assembly == typeof(FunctionCatalog).Assembly)
            {
                continue;
            }

            yield return assembly;
            foreach (AssemblyName reference in references.Where(r => !IsFramework(r.Name!) && seen.Add(r.Name!)))
            {
                try
                {
                    pending.Enqueue(Assembly.Load(reference));
                }
                catch (Exception e) when (e is IOException or BadImageFormatException)
                {
                    // The app may do without it; if not, it fails where it is used.
                    _warnings.Add($"{reference.Name}, to which {assembly.GetName().Name} refers, cannot be loaded, so no functions are looked for in it: {e.Message}");
                }
            }
        }
    }

    static bool IsFramework(string name) =>
        name is "mscorlib" or "netstandard" || name.StartsWith("System.", StringComparison.Ordinal) || name == "System"
        || name.StartsWith("Microsoft.", StringComparison.Ordinal);

    [GeneratedRegex(@"^(?!host$)[a-z][\w-]{0,127}$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex ValidName();
}
