using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Converters;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Embedded.Functions.Discovery;

/// <summary>Reads a function that is a method with <c>[Function]</c>.</summary>
internal sealed class MethodFunction(Type type, MethodInfo method, string name, ICollection<string> problems)
{
    const string Supported = "[HttpTrigger], [OrchestrationTrigger], [ActivityTrigger] and [EntityTrigger]";

    bool _sound = true;

    public HostedFunction? Read()
    {
        CheckMethod();
        ParameterInfo[] parameters = method.GetParameters();
        ParameterInfo[] triggers = [.. parameters.Where(p => p.GetCustomAttribute<TriggerBindingAttribute>() is not null)];
        if (triggers.Length != 1)
        {
            Refuse(triggers.Length == 0
                ? $"has no trigger: mark one of its parameters with one of {Supported}"
                : $"has {triggers.Length} triggers ({string.Join(", ", triggers.Select(p => p.Name))}): a function has exactly one");
            return null;
        }

        CheckOtherBindings(parameters);
        ImmutableArray<string> clients = ReadClients(parameters);
        FunctionTrigger? trigger = ReadTrigger(triggers[0], parameters, clients);
        string? response = trigger is HttpFunctionTrigger ? FindResponse() : null;
        return !_sound || trigger is null ? null : new HostedFunction(name, type, method.Name, trigger, parameters.Select(Describe))
        {
            Body = activator => MethodBody.Create(method, type, activator),
            Clients = clients,
            Response = response,
        };
    }

    void Refuse(string problem)
    {
        _sound = false;
        problems.Add($"Function '{name}' ({type.FullName}.{method.Name}) {problem}.");
    }

    void CheckMethod()
    {
        if (!method.IsPublic)
        {
            Refuse("is not public: the official worker would not find it");
        }

        if (method.ContainsGenericParameters)
        {
            Refuse("is generic: nothing says with which types to call it");
        }
        else if (type.IsAbstract && !type.IsSealed)
        {
            Refuse("is in an abstract class: no instance of it can be made");
        }

        if (method.GetParameters().FirstOrDefault(p => p.ParameterType.IsByRef || p.ParameterType.IsByRefLike) is { } byReference)
        {
            Refuse($"takes '{byReference.Name}' by reference: parameters are values here");
        }

        if (method.ReturnType == typeof(void) && method.GetCustomAttribute<AsyncStateMachineAttribute>() is not null)
        {
            Refuse("is 'async void': nobody could wait for it, so let it return Task");
        }
    }

    /// <summary>Bindings of extensions that this host does not have.</summary>
    void CheckOtherBindings(ParameterInfo[] parameters)
    {
        foreach (ParameterInfo parameter in parameters)
        {
            if (parameter.GetCustomAttribute<InputBindingAttribute>() is { } binding and not DurableClientAttribute)
            {
                Refuse($"binds '{parameter.Name}' with [{Short(binding)}], which this host does not support; it has [DurableClient]");
            }
        }

        IEnumerable<OutputBindingAttribute> outputs = method.GetCustomAttributes<OutputBindingAttribute>()
            .Concat(Result.GetProperties().SelectMany(p => p.GetCustomAttributes<OutputBindingAttribute>()));
        foreach (OutputBindingAttribute output in outputs.Where(o => o is not HttpResultAttribute))
        {
            Refuse($"has the output binding [{Short(output)}], which this host does not support; it has HTTP results");
        }
    }

    ImmutableArray<string> ReadClients(ParameterInfo[] parameters)
    {
        ParameterInfo[] clients = [.. parameters.Where(p => p.GetCustomAttribute<DurableClientAttribute>() is not null)];
        foreach (ParameterInfo wrong in clients.Where(p => p.ParameterType != typeof(DurableTaskClient)))
        {
            Refuse($"has [DurableClient] on '{wrong.Name}' of type {wrong.ParameterType.Name}: it must be a DurableTaskClient");
        }

        return [.. clients.Select(p => p.Name!)];
    }

    FunctionTrigger? ReadTrigger(ParameterInfo parameter, ParameterInfo[] all, ImmutableArray<string> clients)
    {
        string parameterName = parameter.Name!;
        switch (parameter.GetCustomAttribute<TriggerBindingAttribute>())
        {
            case HttpTriggerAttribute http:
                Require(parameter, "[HttpTrigger]", typeof(HttpRequestData), "; take what is in the body with [FromBody] on a parameter of its own");
                return new HttpFunctionTrigger(
                    parameterName,
                    string.IsNullOrEmpty(http.Route) ? name : http.Route,
                    [.. (http.Methods ?? []).Select(m => m.Trim().ToUpperInvariant()).Distinct()],
                    http.AuthLevel);
            case OrchestrationTriggerAttribute orchestration:
                Require(parameter, "[OrchestrationTrigger]", typeof(TaskOrchestrationContext));
                ParameterInfo? input = all.FirstOrDefault(p => p != parameter && !clients.Contains(p.Name!)
                    && p.ParameterType != typeof(FunctionContext) && p.ParameterType != typeof(CancellationToken));
                return new OrchestrationFunctionTrigger(
                    parameterName, TaskName(orchestration.Orchestration), null, input is null ? null : Describe(input));
            case ActivityTriggerAttribute activity:
                Type taken = parameter.ParameterType == typeof(FunctionContext) ? typeof(object) : parameter.ParameterType;
                return new ActivityFunctionTrigger(parameterName, TaskName(activity.Activity), null, taken);
            case EntityTriggerAttribute entity:
                Require(parameter, "[EntityTrigger]", typeof(TaskEntityDispatcher));
                return new EntityFunctionTrigger(parameterName, TaskName(entity.EntityName));
            case { } other:
                Refuse($"has the trigger [{Short(other)}], which this host does not support; it has {Supported}");
                return null;
            case null:
                return null;
        }
    }

    string TaskName(string? given) => string.IsNullOrEmpty(given) ? name : given;

    void Require(ParameterInfo parameter, string attribute, Type type, string hint = "")
    {
        if (parameter.ParameterType != type)
        {
            Refuse($"has {attribute} on '{parameter.Name}' of type {parameter.ParameterType.Name}: it must be a {type.Name}{hint}");
        }
    }

    string? FindResponse()
    {
        if (Result == typeof(void))
        {
            return null;
        }

        if (typeof(HttpResponseData).IsAssignableFrom(Result))
        {
            return HostedFunction.ReturnValue;
        }

        PropertyInfo[] marked = [.. Result.GetProperties().Where(p => p.GetCustomAttribute<HttpResultAttribute>() is not null)];
        PropertyInfo[] responses = [.. Result.GetProperties().Where(p => typeof(HttpResponseData).IsAssignableFrom(p.PropertyType))];
        PropertyInfo[] candidates = marked.Length > 0 ? marked : responses;
        if (candidates.Length > 1)
        {
            Refuse($"returns {Result.Name} with {candidates.Length} HTTP results ({string.Join(", ", candidates.Select(p => p.Name))}): mark one with [HttpResult]");
        }

        return candidates.Length == 0 ? HostedFunction.ReturnValue : candidates[0].Name;
    }

    Type Result => MethodBody.ResultOf(method.ReturnType);

    static string Short(Attribute attribute)
    {
        string full = attribute.GetType().Name;
        return full.EndsWith("Attribute", StringComparison.Ordinal) ? full[..^"Attribute".Length] : full;
    }

    /// <summary>The parameter, with the properties by which converters know of its attributes.</summary>
    static FunctionParameter Describe(ParameterInfo parameter)
    {
        var properties = new Dictionary<string, object>();
        if (parameter.GetCustomAttribute<InputConverterAttribute>() is { } converter)
        {
            properties[PropertyBagKeys.ConverterType] = converter.ConverterType.AssemblyQualifiedName!;
        }
        else if (parameter.GetCustomAttribute<BindingAttribute>() is { } binding)
        {
            properties[PropertyBagKeys.BindingAttribute] = binding;
        }

        return new FunctionParameter(
            parameter.Name!, parameter.ParameterType, parameter.HasDefaultValue, parameter.DefaultValue, properties);
    }
}
